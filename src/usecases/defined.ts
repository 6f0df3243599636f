/** Without the keys that are undefined: the log holds what was said, nothing else. */
export const defined = <T extends object>(data: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
