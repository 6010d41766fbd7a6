import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readSettings } from '#lib/config.ts';
import { useSandboxFolder } from '../../../scripts/shared/sandbox.ts';

describe('the folder of the sandbox', () => {
  it('takes the place of the paid one, and knows no budget', () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('WANX_PROJECT_ROOT', '/project');
    vi.stubEnv('WANX_VIDEO_DIR', 'paid');
    vi.stubEnv('WANX_METADATA_PATH', 'paid.json');
    vi.stubEnv('GENERATED_VIDEOS_DIR', 'paid');
    vi.stubEnv('WANX_BUDGET_USD', '0');
    const folder = useSandboxFolder();
    const { videoDir, metadataPath, generatedVideosDir, budgetUsd } = readSettings();
    expect([videoDir, metadataPath, generatedVideosDir].every((path) => path.startsWith(folder))).toBe(true);
    expect(folder).toMatch(/project.sandbox-output$/);
    expect(budgetUsd).toBeUndefined();
  });
});
