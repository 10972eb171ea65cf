import { expect, test } from 'vitest';
import {
  parseAvailableBytes,
  parseUsedHeap,
} from '../../../../src/sources/kubernetes/operations/exec/heap-room.ts';
import {
  decodeAddress,
  parseListeningSockets,
  parseSocketOwners,
} from '../../../../src/sources/kubernetes/operations/exec/listeners.ts';

test.each([
  ['00000000', '0.0.0.0'],
  ['0100007F', '127.0.0.1'],
  ['00000000000000000000000000000000', '::'],
  ['00000000000000000000000001000000', '::1'],
  ['0000000000000000FFFF00000100007F', '::ffff:127.0.0.1'],
  ['B80D0120000000000000000001000000', '2001:db8::1'],
])('the address %s is %s', (hex, address) => {
  expect(decodeAddress(hex)).toBe(address);
});

/** As printed by Linux 6.1: the first connection is established, and not listening. */
const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 0100007F:D2F0 01 00000000:00000000 00:00000000 00000000  1000        0 881 1 0000000000000000 20 4 30 10 -1
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 40120 1 0000000000000000 100 0 0 10 0
`;

test('listening sockets, IPv6 included; their process by inode', () => {
  expect(parseListeningSockets(table)).toEqual([{ port: 8080, address: '::', inode: '40120', uid: 1000 }]);
  const listing = `/proc/1/fd:\nlrwx------ 1 a a 64 Mar 4 10:15 3 -> socket:[7]\n\n/proc/19/fd:\nlrwx------ 1 a a 64 Mar 4 10:15 5 -> socket:[40120]\n`;
  expect(parseSocketOwners(listing)).toEqual(
    new Map([
      ['7', 1],
      ['40120', 19],
    ]),
  );
});

test('the used heap of each collector, and the free space of a file system', () => {
  expect(
    parseUsedHeap(
      '1:\n ZHeap           used 512M, capacity 1536M, max capacity 2048M\n Metaspace       used 94211K',
    ),
  ).toBe(512 * 1024 ** 2);
  expect(
    parseUsedHeap('1:\n garbage-first heap   total 2097152K, committed 2097152K, used 123456K [0x1, 0x2)'),
  ).toBe(123_456 * 1024);
  expect(parseUsedHeap('1:\nno heap')).toBeUndefined();
  expect(
    parseAvailableBytes(
      'Filesystem 1024-blocks Used Available Capacity Mounted on\noverlay 20971520 6291456 14680064 31% /\n',
    ),
  ).toBe(14_680_064 * 1024);
  expect(parseAvailableBytes('df: /x: No such file')).toBeUndefined();
});
