/** A socket that listens: its port, and its inode, by which the process that holds it is found. */
export interface Listening {
  readonly port: number;
  /** '0.0.0.0', '127.0.0.1', '::', '::1', '::ffff:127.0.0.1'. */
  readonly address: string;
  readonly inode: string;
  readonly uid: number;
}

const listen = '0A';

const bytesOf = (hex: string): readonly number[] =>
  // The kernel prints each 32-bit word of an address in the order of the machine: little-endian on all that run containers.
  (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex')].reverse());

const groups = (bytes: readonly number[]): string => {
  const words = Array.from({ length: 8 }, (_, at) =>
    (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16),
  );
  return words.join(':').replace(/(?:^|:)(?:0(?::|$)){2,}/, '::');
};

const isMapped = (bytes: readonly number[]): boolean =>
  bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;

/** An address of `/proc/net/tcp` or `/proc/net/tcp6`. */
export const addressOf = (hex: string): string => {
  const bytes = bytesOf(hex);
  if (bytes.length === 4) return bytes.join('.');
  return isMapped(bytes) ? `::ffff:${bytes.slice(12).join('.')}` : groups(bytes);
};

/** Sockets that listen, of `/proc/net/tcp` and `/proc/net/tcp6` one after the other. Source: proc_pid_net(5). */
export const listeningIn = (text: string): readonly Listening[] =>
  text.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , uid, , inode] = line.trim().split(/\s+/);
    const [, address = '', port = ''] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/i.exec(local) ?? [];
    if (state !== listen || address === '' || inode === undefined) return [];
    return [{ port: Number.parseInt(port, 16), address: addressOf(address), inode, uid: Number(uid) }];
  });

/** The process of each socket, by inode: `ls -l /proc/N/fd …` lists links such as 'socket:[40120]' below the directory's name. */
export const ownersIn = (listing: string): ReadonlyMap<string, number> => {
  const owners = new Map<string, number>();
  let pid: number | undefined;
  for (const line of listing.split('\n')) {
    const [, of] = /^\/proc\/(\d+)\/fd:$/.exec(line.trim()) ?? [];
    if (of !== undefined) pid = Number(of);
    const [, inode] = /-> socket:\[(\d+)\]/.exec(line) ?? [];
    if (inode !== undefined && pid !== undefined) owners.set(inode, pid);
  }
  return owners;
};
