import { z } from 'zod';
import { field, list, number, text } from '../../../kit/values/wire-value.ts';
import { readPinnedObject } from '../write/find-object.ts';
import { defineObjectRead } from '../write/read-operation.ts';
import { zNamespaceParam, zObjectName } from '../write/shared-params.ts';

/** A port that a container declares, as a row; only TCP ports can be forwarded. */
type PortRow = Readonly<Record<'port' | 'name' | 'container' | 'state', string>> & {
  readonly forwardable: boolean;
};

/** The ports that the containers of a pod declare. Source: core/v1 ContainerPort. */
export const podPorts = (raw: unknown): readonly PortRow[] =>
  list(field(field(raw, 'spec'), 'containers')).flatMap((container) =>
    list(field(container, 'ports')).flatMap((value): readonly PortRow[] => {
      const port = number(field(value, 'containerPort'));
      if (port === undefined) return [];
      const protocol = text(field(value, 'protocol')) ?? 'TCP';
      return [
        {
          port: String(port),
          name: text(field(value, 'name')) ?? '',
          container: text(field(container, 'name')) ?? '',
          state: protocol === 'TCP' ? '' : `${protocol}: only TCP ports can be forwarded`,
          forwardable: protocol === 'TCP',
        },
      ];
    }),
  );

const rowLine = ({ port, name, container, state }: PortRow): string =>
  [port, name, `container ${container}`, state].filter((part) => part !== '').join(' · ');

/** `podPorts`: lists the ports that a pod declares. As rows for a choice; only TCP ports are `forwardable`. */
export const listPodPorts = defineObjectRead(
  {
    name: 'podPorts',
    says: 'lists the ports that a pod declares',
    params: z.strictObject({ pod: zObjectName('pod name'), namespace: zNamespaceParam }),
    resultKinds: ['rows'],
  },
  (parts) => ({
    requests: async ({ pod, namespace }, signal) => {
      const { request } = await readPinnedObject(parts, `pod/${pod}`, namespace, signal);
      return [request];
    },
    lines: (answer) => podPorts(answer.json()).map(rowLine),
    rows: (answer) => podPorts(answer.json()),
  }),
);
