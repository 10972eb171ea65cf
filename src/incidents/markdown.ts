/** Text of a person or a source in Markdown: one line, without characters that would begin markup, a link or HTML. */
export const plainMarkdown = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*_[\]<>|#~]/g, (mark) => `\\${mark}`);
