const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const fileRequests = (): number =>
  process.getActiveResourcesInfo().filter((name) => /^(FSReq|CloseReq)/.test(name)).length;

/** Requests for files that do not come, such as a FIFO without a writer: they are not waited for again. */
let stuck = 0;
const mostFileTurns = 2000;

/**
 * Lets everything that is already due (microtasks, immediate callbacks, loopback I/O turns, files) happen, until nothing has
 * been under way for so many turns of the event loop. `isBusy`: what else is waited for.
 */
export const settle = async (turns = 12, isBusy = (): boolean => false): Promise<void> => {
  for (let still = 0, busy = 0; still < turns; still++) {
    await turn();
    const requests = fileRequests();
    stuck = busy < mostFileTurns ? Math.min(stuck, requests) : requests;
    if (requests > stuck) [still, busy] = [-1, busy + 1];
    if (isBusy()) still = -1;
  }
};
