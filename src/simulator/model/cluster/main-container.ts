import type { Container, Pod } from './objects.ts';

/** The container that does the work: the first one. */
export const mainOf = ({ spec }: Pick<Pod, 'spec'>): Container =>
  spec.containers[0] ?? { name: '', image: '' };
