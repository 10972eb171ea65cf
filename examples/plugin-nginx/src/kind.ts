import { defineKind, definePane, type Fact, fieldsOf } from 'opsdeck/sdk';

/** The connections of one nginx server. */
export interface NginxServer extends Fact {
  readonly name: string;
  readonly active: number;
  readonly reading: number;
  readonly writing: number;
  readonly waiting: number;
  /** Connections accepted but not handled since nginx started. */
  readonly dropped: number;
}

declare module 'opsdeck/sdk' {
  interface FactTypes {
    readonly nginx: NginxServer;
  }
}

const { id, state, number } = fieldsOf<NginxServer>();

/** nginx drops connections when `worker_connections` is reached. */
const stateOf = ({ dropped }: NginxServer): string => (dropped > 0 ? 'dropping' : 'serving');

const fields = {
  name: id('name in the profile', (server) => server.name),
  state: state('dropping: connections were not handled', 'serving dropping', stateOf),
  active: number('client connections', '', (server) => server.active),
  reading: number('connections with a request being read', '', (server) => server.reading),
  writing: number('connections with a response being written', '', (server) => server.writing),
  waiting: number('idle keep-alive connections', '', (server) => server.waiting),
  dropped: number('connections accepted but not handled', '', (server) => server.dropped),
};

/** Rows of `nginx` in expressions and in `check --json`: any(nginx | active > 500). */
export const servers = defineKind<NginxServer, typeof fields>({
  name: 'nginx',
  says: 'Client connections per nginx server',
  fields,
  state: stateOf,
  levels: { words: { dropping: 'warn' }, closed: ['serving', 'dropping'] },
  bounds: 'active',
});

export const serversPane = definePane<NginxServer>({
  kind: 'nginx',
  title: 'NGINX',
  columns: [
    { head: 'ACTIVE', width: 9, align: 'right', text: ({ active }) => String(active) },
    { head: 'WRITING', width: 9, align: 'right', text: ({ writing }) => String(writing) },
    { head: 'DROPPED', width: 9, align: 'right', text: ({ dropped }) => String(dropped) },
  ],
  details: ({ reading, writing, waiting }) => [
    `${reading} requests being read, ${writing} responses being written`,
    `${waiting} idle keep-alive connections`,
  ],
});
