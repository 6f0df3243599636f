export const PUBLIC_FORMATS = ['md', 'html'] as const
export type PublicFormat = (typeof PUBLIC_FORMATS)[number]
