"""Products of Bitrix24 deals: plain rules that say what of a product goes into a deal."""
