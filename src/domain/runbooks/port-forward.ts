import type { Millis } from '../base/fault.ts';

/** The far end of a port-forward, as text and as fields. */
export interface ForwardEnd {
  /** Id of the source that connects. */
  readonly source: string;
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** An open local port whose connections go to a port of a pod. */
export interface PortForward extends ForwardEnd {
  readonly id: string;
  /** The port on 127.0.0.1. */
  readonly localPort: number;
  readonly openedAt: Millis;
  /** Connections now, and since it was opened. */
  readonly connections: number;
  readonly accepted: number;
  /** Why the last connection failed; absent: it worked, or there was none. */
  readonly problem?: { readonly text: string; readonly at: Millis };
}

/** Why a port-forward has ended. */
export type ForwardEnding = 'closed by the operator' | 'the environment was closed' | 'the listener failed';

/** 'port-forward 127.0.0.1:18080 → 8080 of pod bus-0' */
export const formatForward = ({
  localPort,
  port,
  pod,
}: Pick<PortForward, 'localPort' | 'port' | 'pod'>): string =>
  `port-forward 127.0.0.1:${localPort} → ${port} of pod ${pod}`;
