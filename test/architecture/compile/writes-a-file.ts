/** A source that writes a file with a ReadIo. */
import type { ReadIo } from '../../../src/doors/io.ts';

export const write = async (io: ReadIo, signal: AbortSignal): Promise<void> => {
  // error TS2339: Property 'put' does not exist on type 'ReadIo'
  await io.put('/etc/hosts', '', signal);
  // error TS2339: Property 'draft' does not exist on type 'ReadIo'
  await io.draft('/tmp/dump', false, signal);
  // error TS2339: Property 'write' does not exist on type 'ReadFiles'
  await io.files.write('/etc/hosts', '', signal);
  // error TS2339: Property 'write' does not exist on type 'Disk'
  await io.disk.write('/etc/hosts', '', signal);
};
