import { importsOf } from '../../test/architecture/imports.ts';

/** Returns for a test file the project files that it imports, directly or not, also dynamically. Types do not count. */
export const createImportClosure = (): ((file: string) => Promise<ReadonlySet<string>>) => {
  const direct = new Map<string, Promise<readonly string[]>>();
  const imported = (file: string): Promise<readonly string[]> => {
    const known = direct.get(file);
    if (known !== undefined) return known;
    const read = importsOf(file).then(
      (all) => all.filter(({ typeOnly }) => !typeOnly).map(({ to }) => to.replaceAll('\\', '/')),
      // JSON and other files that are not modules of the project.
      () => [],
    );
    direct.set(file, read);
    return read;
  };
  return async (file) => {
    const closure = new Set([file]);
    // A set that grows while it is walked.
    for (const text of closure) for (const other of await imported(text)) closure.add(other);
    return closure;
  };
};
