import { basename, dirname, join, relative } from 'node:path';
import type { ReadText } from '../../domain/facts/object-description.ts';
import {
  findRunbookPage,
  fragmentOf,
  type RunbookPage,
  type RunbookPages,
  type RunbookPlace,
  tokenFor,
} from '../../domain/runbooks/runbook-page.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { RunbookPageReader } from '../../engine/cockpit/environment/cockpit-parts.ts';
import { writeNewDirectory } from '../../platform/files/new-directory.ts';
import { listPages, readPage } from '../../platform/files/page-files.ts';
import { statusError } from '../../platform/network/status.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { CommandContext } from '../command/context.ts';

/** Time limit of the request for a page. */
const requestMs = 8000;

/** The text of a page, and a name for it. */
interface PageSource {
  readonly file: string;
  readonly text: string;
}

/** Drafts of pages are written below this directory: a new file below the profiles would end their trust. */
const draftsDir = 'drafts';

const noPage = (address: string): WireError =>
  new WireError(
    'missing',
    `no page of the profile's runbook folders answers ${address}: check folder: under runbooks`,
  );

/** Requests a page with GET. Rejects with a WireError, also for an answer that is no Markdown. */
const requestPage = async (
  { openIo, clock }: CommandContext,
  url: string,
  bearer: string | undefined,
  stop: AbortSignal | undefined,
): Promise<PageSource> => {
  const limit = clock.deadline(requestMs);
  const signal = stop === undefined ? limit.signal : AbortSignal.any([limit.signal, stop]);
  const io = openIo();
  try {
    const headers = {
      accept: 'text/markdown, text/plain;q=0.9',
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    };
    const answer = await io.get({ url, headers }, signal);
    const problem = statusError(answer, clock.wallNow());
    if (problem !== undefined) throw problem;
    const type = answer.headers['content-type'] ?? '';
    if (/html|json|xml|image|octet-stream/i.test(type))
      throw new WireError(
        'malformed',
        `${url} is ${type}, not Markdown. Name the address of the Markdown source`,
      );
    return { file: basename(new URL(url).pathname) || new URL(url).host, text: answer.text };
  } finally {
    limit.clear();
    await io.close();
  }
};

/** The pages of the folders, and why some are not listed. */
const listed = async (
  places: readonly RunbookPlace[],
): Promise<{ readonly pages: RunbookPages; readonly warnings: readonly string[] }> => {
  const files: RunbookPage[] = [];
  const fetch: string[] = [];
  const warnings: string[] = [];
  for (const place of places) {
    if ('fetch' in place) {
      fetch.push(place.fetch);
      continue;
    }
    const { folder } = place;
    try {
      const { paths, isCut } = await listPages(folder);
      const mirrored = place.for === undefined ? {} : { for: place.for };
      files.push(...paths.map((path): RunbookPage => ({ folder, path, ...mirrored })));
      if (isCut)
        warnings.push(
          `runbook folder ${folder} has too many pages: only the first ${paths.length} are searched`,
        );
    } catch (error) {
      warnings.push(
        `cannot read runbook folder ${folder}: ${errorMessage(error)}. Correct the path in the profile`,
      );
    }
  }
  return { pages: { files, fetch }, warnings };
};

/** Writes the draft of a page into a new directory, and resolves to the message. */
const draftPage = async (
  { file, text }: PageSource,
  profile: string | undefined,
  context: CommandContext,
): Promise<string> => {
  const [{ importDocument }, { slug }, { validDraftFiles }] = await Promise.all([
    import('../../importer/import-document.ts'),
    import('../../importer/names.ts'),
    import('../import/valid-draft-files.ts'),
  ]);
  const system = slug(file.replace(/\.\w+$/, ''), 'runbook');
  const directory = join(draftsDir, system);
  const modules = await Promise.all(context.sourceTypes.map(({ load }) => load()));
  const { draft: found } = importDocument(text, { system, file, modules });
  if (found.runbooks.length === 0)
    throw new WireError(
      'missing',
      `${file} contains no procedure with steps or commands: write numbered steps, or commands in code blocks`,
    );
  const { draft, files } = await validDraftFiles(found, directory, context);
  if (!(await writeNewDirectory(directory, files)))
    throw new WireError('denied', `${directory} already exists. Remove the directory first`);
  const runbooks = join(directory, 'runbooks.yaml');
  const include = profile === undefined ? runbooks : relative(dirname(profile), runbooks);
  return `drafted ${pluralize(draft.runbooks.length, 'runbook')} in ${runbooks}. Review each one before it can run. To use the runbooks, add to runbooks: - include: ${include}`;
};

/**
 * Reads the runbook pages that alerts link, at the places of a profile. Folders are listed once; a page is read each time it is
 * opened. `profile`: its file.
 */
export const createRunbookPages = (
  places: readonly RunbookPlace[],
  profile: string | undefined,
  context: CommandContext,
): RunbookPageReader => {
  let known: ReturnType<typeof listed> | undefined;
  const list = (): ReturnType<typeof listed> => {
    known ??= listed(places);
    return known;
  };

  const source = async (address: string, stop?: AbortSignal): Promise<PageSource> => {
    const found = findRunbookPage(address, (await list()).pages);
    if (found?.is === 'several')
      throw new WireError('malformed', `${found.count} pages could be the one of ${address}. None is opened`);
    if (found?.is === 'file') {
      const { folder, path } = found.page;
      return { file: basename(path), text: await readPage(folder, path) };
    }
    if (found === undefined) throw noPage(address);
    return requestPage(context, found.url, tokenFor(found.url, places), stop);
  };

  return {
    list,
    read: async (address, stop): Promise<ReadText> => {
      const { file, text } = await source(address, stop);
      const { pageText } = await import('../../importer/page-text.ts');
      return pageText(text, file, fragmentOf(address));
    },
    draft: async (address) => draftPage(await source(address), profile, context),
  };
};
