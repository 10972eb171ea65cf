import type { RenderContext } from '../contract/render-context.ts';

/**
 * Masks text that leaves the cockpit by clipboard or file. All exports must use it. `field`: the name of the field
 * that holds the text.
 */
export const maskForExport = ({ pen }: RenderContext, text: string, field?: string): string =>
  pen.run(field === undefined ? text : pen.maskField(text, field)).text;

const esc = '\u001b';
/** Maximum bytes that every terminal accepts: xterm and hterm limit one OSC 52 to 100,000 base64 characters. */
export const maxClipboardBytes = 74_994;

/**
 * The escape sequence that sets the clipboard of the user's terminal, also over ssh (xterm, OSC 52). tmux handles it
 * with `set-clipboard on` and forwards the wrapped form with `allow-passthrough on`, so it gets both.
 */
export const clipboardSequence = (text: string, inTmux: boolean): string => {
  const code = `${esc}]52;c;${Buffer.from(text, 'utf8').toString('base64')}${esc}\\`;
  if (!inTmux) return code;
  return `${code}${esc}Ptmux;${code.replaceAll(esc, esc + esc)}${esc}\\`;
};

/** The leading lines that fit the clipboard. */
export const linesFittingClipboard = (lines: readonly string[]): readonly string[] => {
  let bytes = 0;
  const over = lines.findIndex((line) => {
    bytes += Buffer.byteLength(line, 'utf8') + 1;
    return bytes > maxClipboardBytes;
  });
  return over === -1 ? lines : lines.slice(0, over);
};
