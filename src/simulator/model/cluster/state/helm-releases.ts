import { gunzipSync, gzipSync } from 'node:zlib';
import type { KubeObject } from '../../spec/cluster-objects.ts';

/** A revision of a release as Helm stores it. Source: helm.sh/helm, pkg/release/release.go. */
export interface StoredRelease {
  readonly name: string;
  readonly version: number;
  readonly namespace: string;
  readonly info: { readonly status: string; readonly description: string };
  readonly chart: unknown;
  readonly config: unknown;
  readonly manifest: string;
}

/** The Secret of a revision. */
export type ReleaseSecret = KubeObject & {
  readonly type: string;
  readonly data: { readonly release: string };
};

/** Name of the Secret of a revision. Source: helm.sh/helm, pkg/storage, makeKey. */
export const releaseSecretName = (name: string, version: number): string =>
  `sh.helm.release.v1.${name}.v${version}`;

/** The Secret of a revision: base64 of base64 of gzip of JSON. Source: helm.sh/helm, pkg/storage/driver. */
export const releaseSecret = (
  metadata: KubeObject['metadata'],
  content: StoredRelease,
  modifiedAt: number,
): ReleaseSecret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    ...metadata,
    labels: {
      modifiedAt: String(Math.floor(modifiedAt / 1000)),
      name: content.name,
      owner: 'helm',
      status: content.info.status,
      version: String(content.version),
    },
  },
  type: 'helm.sh/release.v1',
  data: {
    release: Buffer.from(gzipSync(JSON.stringify(content)).toString('base64')).toString('base64'),
  },
});

/** The content of the Secret of a revision; undefined for any other object. */
export const storedRelease = (object: KubeObject | undefined): StoredRelease | undefined => {
  if (object === undefined || !('type' in object) || object.type !== 'helm.sh/release.v1') return undefined;
  const { release } = (object as ReleaseSecret).data;
  const packed = Buffer.from(Buffer.from(release, 'base64').toString('latin1'), 'base64');
  return JSON.parse(gunzipSync(packed).toString());
};
