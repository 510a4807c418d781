// The same page, written the obvious way. `?server` asks the server for each scan; without it all products
// are fetched as JSON once a start and kept in a Map.
const asksServer = location.search === "?server";
const money = new Intl.NumberFormat("ru-RU", { style: "currency", currency: "RUB" });
let products = null;
const ready = asksServer ? Promise.resolve() : load();

async function load() {
  const list = await (await fetch("/products.json")).json();
  products = new Map(list.map((product) => [product.gtin, product]));
  document.body.dataset.ready = "";
}
if (asksServer) document.body.dataset.ready = "";

function show(product) {
  document.getElementById("name").textContent = product ? product.name : "Не найдено";
  const price = document.getElementById("price");
  price.textContent = product ? money.format(product.price / 100) : "";
  price.dataset.price = product ? product.price : "";
  document.getElementById("card").textContent = product && product.card_price ? money.format(product.card_price / 100) : "";
  document.getElementById("shelf").textContent = product && product.aisle ? `Ряд ${product.aisle}` : "";
}

let code = "";
addEventListener("keydown", async (event) => {
  if (event.key !== "Enter") {
    code += event.key;
    return;
  }
  const scanned = code.padStart(14, "0");
  code = "";
  if (asksServer) {
    const response = await fetch(`/product/${scanned}`);
    show(response.ok ? await response.json() : null);
  } else {
    await ready;
    show(products.get(scanned));
  }
});
