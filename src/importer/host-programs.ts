import { each, type ProgramRule, verbs } from './danger-rules.ts';

/** Tools of a host: its packages, clocks, disks and network. A verb that is not listed is destructive. */
export const hostPrograms: Readonly<Record<string, ProgramRule>> = {
  ...each(
    {
      verbs: {
        ...verbs('read', 'tracking, sources, sourcestats, activity, ntpdata, serverstats, clients, waitsync'),
        ...verbs('disruptive', 'makestep, burst, online, offline, refresh'),
      },
    },
    'chronyc',
  ),
  ...each(
    {
      verbs: {
        ...verbs('read', 'status, show, list-timezones, timesync-status, show-timesync'),
        ...verbs('disruptive', 'set-time, set-timezone, set-ntp'),
      },
      alone: 'read',
    },
    'timedatectl',
  ),
  ...each(
    {
      verbs: {
        ...verbs('read', 'status, query, statistics, dns, domain'),
        ...verbs('safe', 'flush-caches, reset-statistics'),
      },
      alone: 'read',
    },
    'resolvectl',
  ),
  ...each(
    {
      verbs: verbs('read', 'list, info'),
      alone: 'read',
      raise: { '-o': 'disruptive', '--output': 'disruptive' },
    },
    'coredumpctl',
  ),
  ...each({ verbs: verbs('read', 'status'), alone: 'read' }, 'hostnamectl'),
  ...each(
    {
      verbs: verbs('read', 'list-sessions, list-users, session-status, user-status, show-session'),
      alone: 'read',
    },
    'loginctl',
  ),
  ...each(
    {
      verbs: verbs('read', 'time, blame, critical-chain, verify, security, calendar, timespan'),
      alone: 'read',
    },
    'systemd-analyze',
  ),
  ...each(
    {
      verbs: {
        ...verbs(
          'read',
          'list, show, policy, search, depends, rdepends, madison, showpkg, check, info, repolist, provides, history',
        ),
        ...verbs('safe', 'update, check-update, makecache'),
        ...verbs('disruptive', 'install, upgrade, downgrade, reinstall, clean'),
      },
      raise: { '-o': 'destructive', '--allow-downgrades': 'disruptive' },
    },
    'apt apt-get apt-cache yum dnf',
  ),
  ...each({ other: 'disruptive', harmless: ['-l', '-L', '-qa'] }, 'dpkg rpm'),
  ...each(
    { other: 'read' },
    'getent pvs vgs lvs blkid lsmod modinfo arp ntpq tcptraceroute findmnt lsns ipcs numastat slabtop',
  ),
  ...each({ other: 'disruptive' }, 'modprobe insmod swapon swapoff logrotate dhclient conntrack setfacl'),
  ...each(
    {
      other: 'read',
      raise: {
        '-w': 'disruptive',
        '-W': 'disruptive',
        '-C': 'disruptive',
        '-G': 'disruptive',
        '-z': 'destructive',
      },
    },
    'tcpdump',
  ),
};
