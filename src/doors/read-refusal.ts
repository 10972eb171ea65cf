import { WireError } from '../platform/runtime/wire-error.ts';

/** The refusal of what may change something in a step that only reads: 'POST is not allowed in a read-only step. …'. */
export const notInReadStep = (what: string): WireError =>
  new WireError('denied', `${what} is not allowed in a read-only step. Move the step to the phase act`);
