/** Secrets that cannot be told from ordinary text: masking them would destroy the evidence. Pure. */

/** Below this a secret is weak: steps that use it keep no output. */
const STRONG_BYTES = 8
/** Below this not even an attempt is made to mask it. */
const MASKED_BYTES = 4

/** Words that logs are full of, and which really are used as passwords on staging. */
const COMMON = new Set(
  `admin administrator authorization backend bearer changeit changeme connection container database
  default development disabled document enabled environment error example false frontend guest
  hello http https incident information integration internal json localhost login manager master
  message mongodb mysql none null password passw0rd postgres postgresql private production public
  qwerty redis request response root secret security server service session staging status string
  success system test testing token true undefined unknown user username version warning welcome
  12345678 123456789 1234567890`.split(/\s+/),
)

export type Strength = 'strong' | 'weak' | 'unmaskable'

export function strengthOf(secret: string): Strength {
  const plain = secret.trim()
  const bytes = Buffer.byteLength(plain)
  if (bytes < MASKED_BYTES || COMMON.has(plain.toLowerCase())) return 'unmaskable'
  // Punctuation and runs of one character are separators and rulers in any output.
  if (!/[\p{L}\p{N}]/u.test(plain) || new Set(plain).size === 1) return 'unmaskable'
  return bytes < STRONG_BYTES ? 'weak' : 'strong'
}
