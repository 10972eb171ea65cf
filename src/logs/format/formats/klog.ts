import { byRest } from './format.ts';

/** klog and glog, behind severity and time: '       1 file.go:12] message'. */
export const klog = byRest('klog', '^\\s+(?<pid>\\d+) (?<caller>[\\w./-]+:\\d+)\\] ?(?<message>.*)$');
