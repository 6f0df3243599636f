export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number
  /** Milliseconds of a clock that never goes back, since some fixed moment of this boot. */
  mono(): number
  /** Identity of this boot of the machine. */
  boot(): string
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export type Random = { hex(bytes: number): string }
