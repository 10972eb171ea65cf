import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const folders = ['docs', 'src', 'profiles', 'examples'];
const atRoot = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'];

/** Every Markdown page of the project, by its path from the root. */
export const markdownPages = async (): Promise<readonly string[]> => {
  const pages = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(folder, { recursive: true }))
        .filter((path) => path.endsWith('.md') && !path.includes('node_modules'))
        .map((path) => join(folder, path)),
    ),
  );
  return [...atRoot, ...pages.flat().toSorted()];
};
