import type { PortForward } from '../../../domain/runbooks/port-forward.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';

/** An open port-forward. */
export interface ForwardRow extends PaneRow {
  readonly forward: PortForward;
  /** OPEN, FAILING (the last connection failed) or POD GONE. */
  readonly state: 'OPEN' | 'FAILING' | 'POD GONE';
  /** Why it is not open; '' if it is. */
  readonly why: string;
}

/** True: its source lists pods of that namespace, and this one is not among them. */
const isPodGone = ({ own }: RenderContext, { source, namespace, pod }: PortForward): boolean => {
  const pods = (own?.snapshot.kinds.workloads.rows ?? []).filter(
    ({ fact, stale }) =>
      !stale && fact.kind === 'pod' && fact.source === source && fact.namespace === namespace,
  );
  return pods.length > 0 && pods.every(({ fact }) => fact.name !== pod);
};

const rowOf = (view: RenderContext, forward: PortForward): ForwardRow => {
  const { id, pod, localPort, namespace, port, problem } = forward;
  const isGone = isPodGone(view, forward);
  return {
    key: id,
    level: isGone ? 'crit' : problem === undefined ? 'ok' : 'warn',
    label: pod,
    text: `${pod} ${namespace} ${localPort} ${port}`,
    copyText: `127.0.0.1:${localPort}`,
    fields: { pod, namespace, local: String(localPort), port: String(port) },
    forward,
    state: isGone ? 'POD GONE' : problem === undefined ? 'OPEN' : 'FAILING',
    why: isGone
      ? 'the pod no longer exists: close this port forward, and start one to its replacement'
      : (problem?.text ?? ''),
  };
};

/** The open port-forwards, oldest first. */
export const forwardRows = (view: RenderContext): readonly ForwardRow[] =>
  (view.cockpit.forwards ?? []).map((forward) => rowOf(view, forward));
