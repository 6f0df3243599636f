/** A report with all that somebody could put into one: markup, scripts, lures, unusual tables. */
const ATTACK = '<img src=x onerror="globalThis.hit=1">'

export const HOSTILE = `---
hotwash: 1
title: "</title><script>globalThis.hit=1</script>"
---

# Post-mortem: ${ATTACK}

Text <script>globalThis.hit=1</script> and ${ATTACK} and [a lure](javascript:globalThis.hit=1)
and [another](data:text/html,x) and [a disk](file:///etc/passwd) and [a share](//evil.example.test/x).

<!-- to-write: summary -->

> **To write:** what broke.
<!-- to-write: impact -->

<!-- a comment

over several lines with <b>markup</b>
-->
Words after it. <!-- inline --> More words. <!-- never closed

## Heading with <b>markup</b> and [^e1]

![a picture](https://evil.example.test/pixel.png) ![](//evil.example.test/p.png)

- [x] told the customers
- [ ] wrote the fix
  - [X] nested

| Number | Text | |
| ---: | :---: | --- |
| 1 | ${ATTACK.replaceAll('|', '')} | a \`<script>\` |

| A | B | C | D | E | F | G | H |
| --- | --- | --- | --- | --- | --- | --- | --- |
| ${Array.from({ length: 8 }, () => 'a-rather-long-word-without-a-break-in-it').join(' | ')} |

\`\`\`html
<!-- kept: it is code --><script>globalThis.hit=1</script>
${'x'.repeat(500)}
\`\`\`

## Heading with <b>markup</b>

See <https://tickets.example.test/42> and https://chat.example.test/7 and [mail](mailto:a@example.test)
and [evidence](evidence/abc.txt) and [up](#heading-with-bmarkupb).

Cited.[^e1] Again.[^e1] In passing.^[with **words**] Not defined.[^e99]

[^e1]: \`note.added\` (event 1) ${ATTACK}.
[^"><script>globalThis.hit=1</script>]: nobody cites this one.
`
