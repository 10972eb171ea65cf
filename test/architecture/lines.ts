import { readFile } from 'node:fs/promises';

/** Returns the lines of a file after a treatment of its text. Each file is read and treated once: most rules look at all of them. */
export const linesAfter = (
  treat: (text: string) => string,
): ((file: string) => Promise<readonly string[]>) => {
  const known = new Map<string, Promise<readonly string[]>>();
  const read = async (file: string): Promise<readonly string[]> =>
    treat(await readFile(file, 'utf8')).split('\n');
  return (file) => {
    const lines = known.get(file) ?? read(file);
    known.set(file, lines);
    return lines;
  };
};
