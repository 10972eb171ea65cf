import { readFile, readlink } from 'node:fs/promises';

/**
 * The network namespace of this process, as one word: processes with the same word have the same loopback interface. Undefined
 * if the system does not report it. See network_namespaces(7).
 */
export const ownNetwork = async (): Promise<string | undefined> => {
  try {
    const [boot, link] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readlink('/proc/self/ns/net'),
    ]);
    return `${boot.trim()}/${link}`;
  } catch {
    return undefined;
  }
};
