import type { Files } from '../../../src/platform/files/local-files.ts';

/** Files by path. An `Error` represents a file that exists and cannot be read. */
export const memoryFiles = (texts: Readonly<Record<string, string | Error>>): Files => ({
  async read(path) {
    const text = Object.hasOwn(texts, path) ? texts[path] : undefined;
    if (text instanceof Error) throw text;
    return text;
  },
  async list(dir) {
    const prefix = `${dir}/`;
    return Object.keys(texts)
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length))
      .sort();
  },
});
