import { z } from 'zod';
import { zExpectation } from '../expectation.ts';

export const requestParams = z
  .strictObject({
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
    path: z.string().startsWith('/', { error: 'a path begins with /' }),
    headers: z.record(z.string(), z.string()).exactOptional(),
    body: z.unknown().meta({ description: 'a text as it is; anything else is sent as JSON' }).exactOptional(),
    plain: z
      .string()
      .meta({ description: 'in place of body: a text that nothing takes apart, sent as text/plain' })
      .exactOptional(),
    expect: zExpectation
      .meta({ description: 'which answer counts as done; default: a status of 200-299' })
      .exactOptional(),
    save: z
      .string()
      .min(1)
      .meta({
        description: 'a new file of this machine for the answer of a GET; {time} and {end} are filled in',
      })
      .exactOptional(),
  })
  .refine(({ body, plain }) => body === undefined || plain === undefined, {
    error: 'say one of body, plain',
  })
  .refine(
    ({ plain, headers = {} }) =>
      plain === undefined || !Object.keys(headers).some((name) => name.toLowerCase() === 'content-type'),
    { error: 'plain is sent as text/plain: leave out the header content-type, or write body' },
  )
  .refine(({ method, save }) => save === undefined || method === 'GET', {
    error: 'only the answer of a GET is saved',
  })
  .refine(({ expect, save }) => save === undefined || expect === undefined, {
    error: 'what is saved is not looked into: leave out expect',
  });

/** True for params of `request` that change nothing: GET and HEAD. */
export const onlyReads = (params: Readonly<Record<string, unknown>>): boolean =>
  isRead(String(params.method));

/** True: this method changes nothing. */
export const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';
