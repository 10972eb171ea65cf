import { glob, readFile } from 'node:fs/promises';

/** The rows that the profiles of a system name, whatever is done about them. */
export const writtenIn = async (system: string): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>();
  for await (const file of glob(`profiles/${system}/*.yaml`))
    for (const [, list = ''] of (await readFile(file, 'utf8')).matchAll(/covers:\s*\[([^\]]*)\]/g))
      for (const id of list.split(',')) ids.add(id.trim());
  return ids;
};
