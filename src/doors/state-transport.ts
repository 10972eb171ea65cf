import type { Clock } from '../platform/runtime/clock.ts';
import { openTransport, type Transport } from '../platform/transport.ts';

/**
 * The connections to the database in which opsdeck keeps its own state: never those to a monitored system. It contacts
 * nothing yet.
 */
export const openStateTransport = (clock: Clock): Transport => openTransport(clock);
