import { stripControls } from '../../../domain/controls.ts';
import { quoted, quotedArgv } from '../../../platform/processes/shell-quote.ts';

/** How one of several commands ended, and what it had said. */
export interface Answered {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** English and UTC whatever the account is set to; and where administrators' programs are. */
const setUp = 'LC_ALL=C TZ=UTC PATH=$PATH:/usr/sbin:/sbin; export LC_ALL TZ PATH';

/**
 * Several commands in one round trip: a script for `sh` that says, on both outputs, where each ended and how. `mark` is a
 * word that nothing else says.
 */
export const scriptOf = (commands: readonly (readonly string[])[], mark: string): string =>
  [
    setUp,
    `printf '%s\\n' ${quoted(`${mark}:begin`)}`,
    ...commands.map((argv, index) => {
      const end = quoted(`${mark}:${index}`);
      return `${quotedArgv(argv)}; s=$?; printf '\\n%s %s\\n' ${end} "$s"; printf '\\n%s\\n' ${end} >&2`;
    }),
  ].join('; ');

/** Behind `from`, the text up to the line that begins with `line`; undefined when there is no such line. */
const upTo = (text: string, from: number, line: string) => {
  const at = text.indexOf(`\n${line}`, from);
  if (at === -1) return undefined;
  const lineEnd = text.indexOf('\n', at + 1);
  return {
    text: text.slice(from, at),
    rest: text.slice(at + 1 + line.length, lineEnd === -1 ? undefined : lineEnd),
    next: lineEnd === -1 ? text.length : lineEnd + 1,
  };
};

/**
 * What such a script said (`raw`: its standard output as it is), without control sequences: nothing when it never began,
 * else as many commands as came to their end.
 */
export const answersIn = (
  { raw: out, err }: { readonly raw: string; readonly err: string },
  count: number,
  mark: string,
): readonly Answered[] | undefined => {
  const begin = `${mark}:begin\n`;
  const start = out.indexOf(begin);
  if (start === -1) return undefined;
  const answers: Answered[] = [];
  let [atOut, atErr] = [start + begin.length, 0];
  for (let index = 0; index < count; index += 1) {
    const said = upTo(out, atOut, `${mark}:${index} `);
    if (said === undefined) return answers;
    const complained = upTo(err, atErr, `${mark}:${index}`);
    answers.push({
      status: Number(said.rest),
      out: stripControls(said.text),
      err: stripControls(complained?.text ?? ''),
    });
    atOut = said.next;
    atErr = complained?.next ?? atErr;
  }
  return answers;
};
