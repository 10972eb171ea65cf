import { z } from 'zod';
import { onFirstUse } from '../../domain/base/on-first-use.ts';
import { zHttpUrl } from '../../domain/facts/schema.ts';

/** Schema of a folder with Markdown runbooks, an item of `runbooks:`. */
export const zRunbookFolder = onFirstUse(() =>
  z.strictObject({
    folder: z.string().min(1).meta({
      description: 'folder with Markdown runbooks that alerts link, path relative to this file',
    }),
    for: zHttpUrl.optional().meta({
      description: 'the address that the folder mirrors (default: names at the end of a path decide)',
    }),
  }),
);

/** Schema of addresses of Markdown runbooks that may be requested, an item of `runbooks:`. */
export const zRunbookFetch = onFirstUse(() =>
  z.strictObject({
    fetch: zHttpUrl.meta({
      description: 'runbooks below this address may be requested, when a person opens them',
    }),
    bearer: z.string().min(1).exactOptional().meta({ description: 'token. Write a reference' }),
  }),
);
