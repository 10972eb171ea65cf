import { z } from 'zod';
import { onFirstUse } from '../../domain/base/on-first-use.ts';
import { zHttpUrl } from '../../domain/facts/schema.ts';

/** Schema of a folder with Markdown runbooks, an item of `runbooks:`. */
export const zRunbookFolder = onFirstUse(() =>
  z.strictObject({
    folder: z.string().min(1).meta({
      description: 'path of a folder with the Markdown runbooks to which alerts link, relative to this file',
    }),
    for: zHttpUrl.optional().meta({
      description:
        'web address whose pages this folder holds (default: opsdeck compares only the end of the path)',
    }),
  }),
);

/** Schema of addresses of Markdown runbooks that may be requested, an item of `runbooks:`. */
export const zRunbookFetch = onFirstUse(() =>
  z.strictObject({
    fetch: zHttpUrl.meta({
      description:
        'runbook pages have web addresses that begin like this. opsdeck requests only a page that a person opens',
    }),
    bearer: z.string().min(1).exactOptional().meta({
      description: 'access token for these pages. Write a reference to a secret, not the token itself',
    }),
  }),
);
