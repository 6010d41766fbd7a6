import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export interface BenchServer {
  /** nginx where it is installed, else Node: a slow server would hide what the clients cost. */
  name: string;
  http: string;
  /** Undefined where no certificate could be made. */
  https: string | undefined;
  /** PEM file to trust. */
  certificate: string;
  close(): void;
}

/**
 * Serves the files of `folder` on loopback, over HTTP and HTTPS, with a length, an ETag and OSS's checksum header.
 * @param checksums CRC-64 in decimal, by file name
 */
export async function startBenchServer(folder: string, checksums: Record<string, string>): Promise<BenchServer> {
  const certificate = join(folder, 'certificate.pem');
  const hasCertificate = makeCertificate(folder, certificate);
  const [http, https] = [await freePort(), await freePort()];
  const ports = { http, https: hasCertificate ? https : undefined };
  const version = nginxVersion();
  const child = version === undefined ? startNode(folder, checksums, ports) : startNginx(folder, checksums, ports);
  await answers(`http://127.0.0.1:${http}/`);
  return {
    name: version ?? `node ${process.versions.node}`,
    http: `http://127.0.0.1:${http}`,
    https: hasCertificate ? `https://localhost:${https}` : undefined,
    certificate,
    close: () => child.kill('SIGTERM'),
  };
}

interface Ports {
  http: number;
  https: number | undefined;
}

function makeCertificate(folder: string, certificate: string): boolean {
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', certificate];
  return spawnSync('openssl', [...args, ...names, ...files], { stdio: 'ignore' }).status === 0;
}

function nginxVersion(): string | undefined {
  const { stderr, status } = spawnSync('nginx', ['-v'], { encoding: 'utf8' });
  return status === 0
    ? stderr
        .trim()
        .split('/')
        .slice(-2)
        .join(' ')
        .replace(/^.*nginx/, 'nginx')
    : undefined;
}

function startNginx(folder: string, checksums: Record<string, string>, ports: Ports) {
  mkdirSync(join(folder, 'nginx'), { recursive: true });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const locations = Object.entries(checksums)
    .map(([name, crc64]) => `location = /${name} { add_header x-oss-hash-crc64ecma ${crc64}; }`)
    .join(' ');
  const config = join(folder, 'nginx/nginx.conf');
  const secure =
    ports.https === undefined
      ? ''
      : `listen 127.0.0.1:${ports.https} ssl; ssl_certificate ${folder}/certificate.pem; ssl_certificate_key ${folder}/key.pem;`;
  writeFileSync(
    config,
    `${process.getuid?.() === 0 ? 'user root; ' : ''}daemon off; worker_processes 1; pid ${folder}/nginx/pid; error_log ${folder}/nginx/error.log;
events { worker_connections 256; }
http { access_log off; sendfile on; types { video/mp4 mp4; }
${temporary.map((name) => `${name}_temp_path ${folder}/nginx/${name};`).join(' ')}
server { listen 127.0.0.1:${ports.http}; ${secure} root ${folder}; ${locations} } }
`,
  );
  return spawn('nginx', ['-p', folder, '-c', config], { stdio: 'ignore' });
}

function startNode(folder: string, checksums: Record<string, string>, ports: Ports) {
  const script = join(import.meta.dirname, 'capture-server-run.ts');
  return spawn(
    process.execPath,
    [script, folder, JSON.stringify(checksums), String(ports.http), String(ports.https ?? '')],
    { stdio: 'ignore' },
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const ok = await fetch(url).then(
      (answer) => answer.arrayBuffer().then(() => true),
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the server of the benchmark does not answer at ${url}`);
}

export function readKey(folder: string) {
  return { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'certificate.pem')) };
}
