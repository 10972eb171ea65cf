/** Replaces the characters from `start` up to, but not including, `end`. Offsets are 0-based. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const inOrder = (edits: readonly TextEdit[]): readonly TextEdit[] =>
  [...edits].sort((a, b) => a.start - b.start || a.end - b.end);

/** Applies edits, which must not overlap. Everything else keeps its bytes. */
export const applyEdits = (text: string, edits: readonly TextEdit[]): string => {
  let index = 0;
  let result = '';
  for (const edit of inOrder(edits)) {
    result += text.slice(index, edit.start) + edit.text;
    index = edit.end;
  }
  return result + text.slice(index);
};

const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

const lineEnd = (text: string, offset: number): number => {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
};

const linesOf = (text: string): readonly string[] => text.replace(/\r?\n$/, '').split(/\r?\n/);

/** Lines before and after edits: `- old` and `+ new`, without the lines that stay the same at either end. */
export const changedLines = (text: string, edits: readonly TextEdit[]): readonly string[] => {
  const [first] = inOrder(edits);
  const last = inOrder(edits).at(-1);
  if (first === undefined || last === undefined) return [];
  const start = lineStart(text, first.start);
  const end = lineEnd(text, last.end);
  const moved = edits.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
  const chunk = text.slice(start, end);
  const before = [...linesOf(chunk)];
  const after = [...linesOf(applyEdits(chunk, moved))];
  while (before.length > 0 && after.length > 0 && before.at(-1) === after.at(-1)) {
    before.pop();
    after.pop();
  }
  while (before.length > 0 && after.length > 0 && before[0] === after[0]) {
    before.shift();
    after.shift();
  }
  return [...before.map((line) => `- ${line.trim()}`), ...after.map((line) => `+ ${line.trim()}`)];
};

/** The end of the white space that starts at `at`. */
const spaceEnd = (text: string, index: number): number =>
  index + (/^\s*/.exec(text.slice(index))?.[0].length ?? 0);

/** Number of source characters that spell one of the value; undefined if they spell another one. */
const spelling = (
  source: string,
  index: number,
  character: string,
  hasEscapes: boolean,
): 1 | 2 | undefined => {
  const isEscape = hasEscapes && source[index] === '\\';
  if (isEscape) return /["\\]/.test(character) && source[index + 1] === character ? 2 : undefined;
  return source[index] === character ? 1 : undefined;
};

/**
 * Maps each index of a scalar's value, and its length, to an index of its YAML source: white space may differ, because
 * lines are folded. `hasEscapes`: the source is double-quoted. Undefined when it has an escape other than `\"` and `\\`.
 */
export const alignValue = (
  value: string,
  source: string,
  hasEscapes: boolean,
): readonly number[] | undefined => {
  const offsets: number[] = [];
  let to = 0;
  for (let index = 0; index < value.length; ) {
    const end = spaceEnd(value, index);
    if (end > index) {
      offsets.push(...Array.from({ length: end - index }, () => to));
      if (spaceEnd(source, to) === to) return undefined;
      to = spaceEnd(source, to);
      index = end;
      continue;
    }
    const width = spelling(source, to, value[index] ?? '', hasEscapes);
    if (width === undefined) return undefined;
    offsets.push(to);
    to += width;
    index++;
  }
  return [...offsets, /\s$/.test(value) ? (offsets.at(-1) ?? to) : to];
};
