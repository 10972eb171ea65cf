import type { RenderContext } from '../../render-context.ts';

/**
 * Text on its way out of the cockpit, by the clipboard or into a file: what the pen would draw of it, controls and all.
 * Everything that leaves goes through here; what must not be shared is taken out here or in the pen. `field`: the name of the
 * field that it is the value of.
 */
export const maskForExport = ({ pen }: RenderContext, text: string, field?: string): string =>
  pen.run(field === undefined ? text : pen.maskField(text, field)).text;

const esc = '\u001b';
/**
 * Bytes of text that every terminal takes: xterm's and hterm's limit for one OSC 52 is 100,000 letters of base64.
 */
export const maxClipboardBytes = 74_994;

/**
 * What puts a text on the clipboard of the terminal in front of the person, over ssh as well (xterm, OSC 52). tmux takes
 * it for itself with `set-clipboard on`, and hands on what is wrapped with `allow-passthrough on`: it is given both.
 */
export const clipboardSequence = (text: string, inTmux: boolean): string => {
  const code = `${esc}]52;c;${Buffer.from(text, 'utf8').toString('base64')}${esc}\\`;
  if (!inTmux) return code;
  return `${code}${esc}Ptmux;${code.replaceAll(esc, esc + esc)}${esc}\\`;
};

/** The first of these lines that fit the clipboard together. */
export const linesFittingClipboard = (lines: readonly string[]): readonly string[] => {
  let bytes = 0;
  const over = lines.findIndex((line) => {
    bytes += Buffer.byteLength(line, 'utf8') + 1;
    return bytes > maxClipboardBytes;
  });
  return over === -1 ? lines : lines.slice(0, over);
};
