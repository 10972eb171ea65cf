/** Resolves after everything else that is ready has had its turn: what takes long is done in pieces with this between. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
