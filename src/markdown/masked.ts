/** Text with its addresses blanked, so that numbers in them are not read; positions stay. */
const ADDRESS = /\]\([^()\s]{0,2000}\)|\b[a-z][a-z+]{1,9}:\/\/[^\s<>)\]|]{0,2000}/gi

export const masked = (text: string): string =>
  text.includes('](') || text.includes('://')
    ? text.replace(ADDRESS, (address) => address.replace(/[^\n]/g, ' '))
    : text
