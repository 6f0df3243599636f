/** `subject` and `what` make a headline (`step fix` + `succeeded in 3.2 s`), `why` follows a colon, `more` is sentences. */
export type Told = {
  subject: string
  what: string
  why?: string | undefined
  more?: string | undefined
}
