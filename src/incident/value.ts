/** What a step gives, an input holds, a database answers: anything JSON can say. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value }
