import type { HttpRequest } from '../../platform/network/http-messages.ts';

/** True: the options in the body of a DELETE make no dry run of it. An API server that finds options there ignores the address. */
const deniesDryRun = ({ method, body }: HttpRequest): boolean => {
  if (method !== 'DELETE' || body === undefined) return false;
  const options: unknown = JSON.parse(body);
  const said = typeof options === 'object' && options !== null && 'dryRun' in options ? options.dryRun : [];
  return !Array.isArray(said) || said.join() !== 'All';
};

/** Throws unless the API server checks the write and does not persist it. Source: Kubernetes docs, API Concepts, Dry-run. */
export const assertDryRun = (request: HttpRequest): void => {
  // Of an option that is given twice, a server may take the other one.
  if (new URL(request.url).searchParams.getAll('dryRun').join() !== 'All' || deniesDryRun(request))
    throw new Error(`${request.method} ${request.url} is no dry run`);
};
