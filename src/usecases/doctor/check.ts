/** One line of `hotwash doctor`. `fix` says what to do; empty when there is nothing to do. */
export type DoctorCheck = {
  name: string
  status: 'ok' | 'warn' | 'fail'
  found: string
  needed: string
  fix: string
}

type Told = { name: string; found: string; needed: string }

export const fine = (told: Told): DoctorCheck => ({ ...told, status: 'ok', fix: '' })

/** Works without it, less well. */
export const warned = (told: Told, fix: string): DoctorCheck => ({ ...told, status: 'warn', fix })

/** An outage would be worse for it. */
export const failed = (told: Told, fix: string): DoctorCheck => ({ ...told, status: 'fail', fix })
