import { randomUUID } from 'node:crypto';

/** Chance, 0 up to 1: jitter and phases, never a secret. */
export const chance = (): number => Math.random();

/** An id that no other run has, short enough to be read out: 12 hex digits. */
export const newRunId = (): string => randomUUID().replaceAll('-', '').slice(0, 12);
