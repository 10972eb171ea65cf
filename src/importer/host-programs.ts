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
        // With a link, they set its servers and domains.
        ...verbs('disruptive', 'dns *, domain *'),
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
        ...verbs('read', 'list, show, policy, search, depends, rdepends, madison, showpkg, check'),
        ...verbs('safe', 'update'),
        ...verbs('disruptive', 'upgrade, reinstall, clean'),
      },
    },
    'apt apt-get apt-cache',
  ),
  // `update` of these installs new versions.
  ...each(
    {
      verbs: {
        ...verbs('read', 'list, info, search, check, repolist, provides, history list, history info'),
        ...verbs('safe', 'check-update, makecache'),
        ...verbs('disruptive', 'install, update, upgrade, reinstall, clean'),
      },
    },
    'yum dnf',
  ),
  ...each(
    { other: 'read' },
    'getent pvs vgs lvs lsmod modinfo tcptraceroute findmnt lsns ipcs numastat slabtop',
  ),
  ...each({ other: 'disruptive' }, 'modprobe swapon swapoff'),
};
