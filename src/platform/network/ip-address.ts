import { isIPv6 } from 'node:net';

/** True for an IPv6 address without brackets; it may have a zone (`fe80::1%eth0`). */
export const isIpv6Address = (text: string): boolean => isIPv6(text);
