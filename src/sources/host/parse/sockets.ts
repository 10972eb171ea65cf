/** A listening TCP socket, and the processes that hold it: none is known where this account may not see them. */
export interface Listener {
  /** '0.0.0.0', '127.0.0.1', '[::]', '*'. */
  readonly address: string;
  readonly port: number;
  readonly holders: readonly { readonly pid: number; readonly name: string }[];
}

/** Listening sockets with their processes; ss(8). */
export const ssListening: readonly string[] = ['ss', '-H', '-ltnp'];
export const ssConnections = (port: number): readonly string[] => [
  'ss',
  '-H',
  '-tn',
  'state',
  'established',
  'sport',
  '=',
  `:${port}`,
];

/** `ss -H -ltnp`: 'LISTEN 0 4096 0.0.0.0:8080 0.0.0.0:* users:(("riptide-api",pid=711,fd=9))'. Other lines are left out. */
export const listenersIn = (out: string): readonly Listener[] =>
  out.split('\n').flatMap((line) => {
    const found = /^LISTEN\s+\d+\s+\d+\s+(\S+):(\d+)\s+\S+\s*(.*)$/.exec(line.trim());
    if (found === null) return [];
    const [, address = '', port, rest = ''] = found;
    const holders = [...rest.matchAll(/\("((?:[^"\\]|\\.)*)",pid=(\d+),fd=\d+\)/g)].map(
      ([, name = '', pid]) => ({
        pid: Number(pid),
        name,
      }),
    );
    const distinct = [...new Map(holders.map((holder) => [holder.pid, holder])).values()];
    return [{ address: address.replace(/%\w+$/, ''), port: Number(port), holders: distinct }];
  });

/** How many lines: a connection each. */
export const connectionsIn = (out: string): number =>
  out.split('\n').filter((line) => line.trim() !== '').length;
