/** `812 bytes`, `1.2 MB (1,234,567 bytes)`; decimal units, so that the two numbers agree at a glance. */
export const bytesInWords = (bytes: number): string => {
  const exact = `${grouped(bytes)} ${bytes === 1 ? 'byte' : 'bytes'}`
  const unit = UNITS.find(({ size }) => bytes >= size)
  return unit === undefined ? exact : `${(bytes / unit.size).toFixed(1)} ${unit.name} (${exact})`
}

const UNITS = [
  { name: 'TB', size: 1e12 },
  { name: 'GB', size: 1e9 },
  { name: 'MB', size: 1e6 },
  { name: 'kB', size: 1e3 },
] as const

/** 1,234,567 in every locale. */
export const grouped = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/g, ',')
