// See .ci/page.
const fs = require("fs");
const path = require("path");
const puppeteer = require("puppeteer-core");

const [chromium, file, folder] = process.argv.slice(2);
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const faults = [];

async function open(browser, name, width, scheme) {
    const page = await browser.newPage();
    page.on("console", (message) => faults.push(`${name}: console: ${message.text()}`));
    page.on("pageerror", (error) => faults.push(`${name}: ${error.message}`));
    page.on("request", (request) => {
        if (!/^(file|data):/.test(request.url())) faults.push(`${name}: requests ${request.url()}`);
    });
    await page.setViewport({ width, height: 900, isMobile: width < 500, hasTouch: width < 500 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await page.goto(`file://${file}`);
    return page;
}

async function check(browser, name, width, scheme) {
    const page = await open(browser, name, width, scheme);
    await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
    const scroll = await page.evaluate(() => document.documentElement.scrollWidth);
    if (scroll > width) faults.push(`${name}: the page is ${scroll} pixels wide`);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => axe.run());
    for (const { id, impact, nodes } of violations) {
        faults.push(`${name}: ${id} (${impact}), ${nodes.length} times: ${nodes[0].html.slice(0, 120)}`);
    }
    await page.close();
}

async function checkSorting(browser) {
    const page = await open(browser, "sorting", 1200, "light");
    const rates = () =>
        page.evaluate(() => [...document.querySelector("table").tBodies[0].rows].map((row) => +row.cells[1].dataset.sort));
    const before = await rates();
    await page.evaluate(() => document.querySelector("table").tHead.rows[0].cells[1].click());
    await page.waitForFunction(() => document.querySelector("th[aria-sort]"));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const sorted = [...before].sort((a, b) => b - a);
    if (JSON.stringify(await rates()) !== JSON.stringify(sorted)) faults.push("a click on a heading does not sort");
    await page.pdf({ path: path.join(folder, "print.pdf"), format: "A4" });
    await page.close();
}

(async () => {
    const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox"] });
    for (const scheme of ["light", "dark"]) {
        await check(browser, `desktop-${scheme}`, 1200, scheme);
        await check(browser, `phone-${scheme}`, 390, scheme);
    }
    await checkSorting(browser);
    await browser.close();
    faults.forEach((fault) => console.error(fault));
    console.log(faults.length ? `${faults.length} faults` : `no fault; pictures and print.pdf are in ${folder}`);
    process.exitCode = faults.length ? 1 : 0;
})();
