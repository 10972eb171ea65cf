/** How far a server's clock is from ours. */
export interface Skew {
  /** Ms that the server is ahead of our wall clock; 0 while it is less than half a minute; undefined before anybody knows. */
  ahead(): number | undefined;
  learn(serverMs: number, ourWallMs: number): void;
}

/** Less than this is how long an answer takes, and the jitter of clocks that are kept: correcting it would only make times wobble. */
const toleratedMs = 30_000;

export const createSkew = (): Skew => {
  let ahead: number | undefined;
  return {
    ahead: () => ahead,
    learn: (serverMs, ourWallMs) => {
      const measured = serverMs - ourWallMs;
      if (ahead === undefined || Math.abs(measured - ahead) > toleratedMs)
        ahead = Math.abs(measured) > toleratedMs ? measured : 0;
    },
  };
};
