import { randomUUID } from 'node:crypto';

/** A random number in [0, 1): for jitter and phases, never for secrets. */
export const chance = (): number => Math.random();

/** A unique run ID, short enough to read aloud: 12 hex digits. */
export const newRunId = (): string => randomUUID().replaceAll('-', '').slice(0, 12);
