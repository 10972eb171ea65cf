import type { HttpAnswer, HttpRequest } from '../../platform/network/http-messages.ts';
import { statusError } from '../../platform/network/status.ts';
import type { CommandContext } from '../command/context.ts';

/** Time limit of one request while systems are looked for: loopback answers in milliseconds. */
export const probeMs = 1500;

/** The JSON of a 2xx response. Throws WireError for any other status. */
export const checkedJson = (answer: HttpAnswer, { clock }: CommandContext): unknown => {
  const problem = statusError(answer, clock.wallNow());
  if (problem !== undefined) throw problem;
  return answer.json();
};

/** Sends one GET without credentials, and resolves to its JSON. Rejects with a WireError, also for an error status. */
export const getJson = async (
  context: CommandContext,
  request: Pick<HttpRequest, 'url' | 'socketPath'>,
): Promise<unknown> => {
  const limit = context.clock.deadline(probeMs);
  const io = context.openIo();
  try {
    return checkedJson(await io.get(request, limit.signal), context);
  } finally {
    limit.clear();
    await io.close();
  }
};
