import type { Refusal } from '#lib/sandbox/dashscope/rules/refusal.ts';
import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';

/** OSS's error document. */
export function errorXml(exchange: Exchange, { code, message }: Omit<Refusal, 'status'>, extra = ''): string {
  const host = exchange.header('host') ?? '127.0.0.1';
  return `<?xml version="1.0" encoding="UTF-8"?>
<Error>
  <Code>${code}</Code>
  <Message>${message}</Message>
  <RequestId>${exchange.entry.requestId}</RequestId>
  <HostId>${host}</HostId>${extra}
</Error>
`;
}

export function refuseXml(
  exchange: Exchange,
  refusal: Refusal,
  headers: Record<string, string> = {},
  extra = '',
): void {
  const common = { 'content-type': 'application/xml', 'x-oss-request-id': exchange.entry.requestId };
  exchange.send(refusal.status, { ...common, ...headers }, errorXml(exchange, refusal, extra));
}
