"""What is known of Bitrix24's REST without a network: commands, replies, words, sizes of requests."""
