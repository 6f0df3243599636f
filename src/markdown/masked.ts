/** Text with its addresses blanked, so that numbers in them are not read; positions stay. */
const ADDRESS = /\]\([^()\s]{0,2000}\)|\b[a-z][a-z+]{1,9}:\/\/[^\s<>)\]|]{0,2000}/gi

/** Hyphens and spaces that look like the plain ones, as word processors write them. */
const HYPHENS = /[\u2010\u2011]/g
const SPACES = /[\u00a0\u2007\u2009\u202f]/g

export const masked = (source: string): string => {
  const text = source.replace(HYPHENS, '-').replace(SPACES, ' ')
  return text.includes('](') || text.includes('://')
    ? text.replace(ADDRESS, (address) => address.replace(/[^\n]/g, ' '))
    : text
}
