/** Fills that tell outcomes apart without color; one line of SVG each. */
const pattern = (name: string, size: number, content: string): string =>
  `<pattern id="hw-${name}" width="${size}" height="${size}" patternUnits="userSpaceOnUse">${content}</pattern>`

const line = (d: string): string => `<path class="hatch" fill="none" d="${d}"/>`

/** `context-stroke` is not known everywhere: each pattern has the color of what it stands for. */
export const PATTERNS = `<defs>${[
  `<g class="failed">${pattern('failed', 8, line('M-2 2l4-4M0 8l8-8M6 10l4-4'))}</g>`,
  `<g class="unknown">${pattern('unknown', 6, '<circle class="over" cx="3" cy="3" r=".6"/>')}</g>`,
  `<g class="undo">${pattern('undo', 10, line('M7 1L3 5l4 4'))}</g>`,
  `<g class="response">${pattern('about', 6, line('M0 0l6 6M0 6l6-6'))}</g>`,
].join('')}</defs>`
